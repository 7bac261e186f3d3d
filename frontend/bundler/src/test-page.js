// Runs every test of the program beside it. `window.passed` is there once they have all ended.
import init, * as tests from "./tests.js";

// What a test says on the console stands beside its name if it fails.
for (const method of ["debug", "log", "info", "warn", "error"]) {
  const original = console[method];
  console[method] = (...words) => {
    window[`on_console_${method}`]?.(words);
    original.apply(console, words);
  };
}
window.__wbg_test_invoke = (run) => run();

const run = async () => {
  const wasm = await init({ module_or_path: "./tests_bg.wasm" });
  const names = Object.keys(wasm).filter((name) => name.startsWith("__wbgt_"));
  if (names.length === 0) throw new Error("there are none");
  const context = new tests.WasmBindgenTestContext(false);
  for (const method of ["debug", "log", "info", "warn", "error"]) {
    window[`on_console_${method}`] = tests[`__wbgtest_console_${method}`];
  }
  context.include_ignored(false);
  context.filtered_count(0);
  return await context.run(names.map((name) => wasm[name]));
};

run().then(
  (passed) => { window.passed = passed; },
  (error) => {
    document.getElementById("output").append(`the tests do not run: ${error}`);
    window.passed = false;
  },
);
