// Starts the app. The fetch here is the one that the page's preload has begun already. `opening.js` reads how far it came.
import start from "{{app.js}}";

const { dataset } = document.documentElement;
dataset.boot = "loading";
const wasm = fetch("{{app.wasm}}", { integrity: "{{app.wasm|integrity}}" });
const hasArrived = wasm.then((answer) => answer.ok, () => false);

start({ module_or_path: wasm }).then(
  () => {
    dataset.boot = "started";
  },
  async (error) => {
    dataset.boot = (await hasArrived) ? "failed" : "missing";
    throw error;
  },
);
