const [name, testid, files, text] = arguments;
const data = new DataTransfer();
for (const file of files) data.items.add(new File(["x"], file, { type: "image/png" }));
if (text) data.setData("text/plain", text);
const place = testid ? document.querySelector(`[data-testid=${testid}]`) : document.body;
const means = { bubbles: true, cancelable: true };
if (name === "paste") {
  const paste = new ClipboardEvent("paste", means);
  // Firefox gives an event that a script makes a clipboard of its own.
  Object.defineProperty(paste, "clipboardData", { value: data });
  return !place.dispatchEvent(paste);
}
const over = !place.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, ...means }));
const drop = !place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, ...means }));
return over && drop;
