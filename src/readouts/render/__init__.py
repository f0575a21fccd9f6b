"""One answer or one thing → bytes in a format: tables, SPARQL results, RDF, HTML."""
