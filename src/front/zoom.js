// A map is looked at more closely: nearer, farther, whole again, and moved by dragging.
// The picture stays as it is; what changes is the part of it that is shown (SVG 2 §8.2).

import { element } from "./shown.js";

const STEP = 1.6, NEAREST = 8, MOVED = 4;

export function begin(figure, { sayNearer, sayFarther, sayWhole }) {
  const views = [...figure.querySelectorAll("svg.picture")].map(view);
  const button = (sign, name, act) => {
    const one = element("button", { type: "button", title: name, "aria-label": name }, sign);
    one.addEventListener("click", () => views.forEach(act));
    return one;
  };
  const bar = element(
    "p",
    { class: "zoom" },
    button("+", sayNearer, (one) => one.zoom(1 / STEP)),
    button("−", sayFarther, (one) => one.zoom(STEP)),
    button("○", sayWhole, (one) => one.zoom(NEAREST)),
  );
  figure.querySelector("svg.picture").before(bar);
}

function view(picture) {
  const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
  let x = 0, y = 0, shown = width;
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  const show = () => {
    const part = shown / width;
    x = within(x, width - shown);
    y = within(y, height - height * part);
    picture.setAttribute("viewBox", `${x} ${y} ${shown} ${height * part}`);
    picture.classList.toggle("near", shown < width);
  };
  drag(picture, (right, down) => {
    const scale = shown / picture.clientWidth;
    [x, y] = [x - right * scale, y - down * scale];
    show();
  });
  return {
    zoom(factor) {
      const wanted = within(Math.max(shown * factor, width / NEAREST), width);
      x += (shown - wanted) / 2;
      y += ((shown - wanted) / 2) * (height / width);
      shown = wanted;
      show();
    },
  };
}

// A press that moves is no click: the link that it began on is not followed.
function drag(picture, move) {
  let from = null, moved = 0;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && picture.matches(".near")) [from, moved] = [event, 0];
  });
  picture.addEventListener("pointermove", (event) => {
    if (!from) return;
    moved += Math.abs(event.movementX) + Math.abs(event.movementY);
    move(event.clientX - from.clientX, event.clientY - from.clientY);
    from = event;
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) {
    picture.addEventListener(end, () => (from = null));
  }
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  picture.addEventListener("click", (event) => moved > MOVED && event.preventDefault(), true);
}
