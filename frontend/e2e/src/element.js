// Finds an element by its hook and makes it ready for a hand: in sight, not covered, or with the focus and the caret at its
// end. Tells where its middle is, or what is in the way.
const [testid, hand] = given;
const element = document.querySelector(`[data-testid=${testid}]`);
if (!element) return { obstacle: "it is not there" };
const shown = () => {
  const box = [...element.getClientRects()].find((box) => box.width > 0 && box.height > 0);
  if (!box) return null;
  const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
  const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  return left < right && top < bottom ? { x: (left + right) / 2, y: (top + bottom) / 2 } : null;
};
if (!shown()) element.scrollIntoView({ behavior: "instant", block: "nearest", inline: "nearest" });
const middle = shown();
if (!middle) return { obstacle: "it is not to be seen" };
if (hand === "keys") {
  if (document.activeElement !== element) {
    element.focus();
    if (document.activeElement !== element) return { obstacle: "it takes no focus" };
    element.setSelectionRange?.(element.value.length, element.value.length);
  }
  return middle;
}
const hit = document.elementFromPoint(middle.x, middle.y);
if (!element.contains(hit)) return { obstacle: `it lies under ${hit?.outerHTML.slice(0, 100)}` };
return middle;
