// Starts the app. The fetch here is the one that the page's preload has begun already.
import start from "{{app.js}}";

const wasm = fetch("{{app.wasm}}", { integrity: "{{app.wasm|integrity}}" });

start({ module_or_path: wasm }).catch((error) => {
  document.documentElement.dataset.boot = "failed";
  throw error;
});
