// Puts results into the page. Text goes in as text.

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.textContent = text ?? "";
  return made;
};

const item = (testid) => document.querySelector(`[data-testid=${testid}]`);

/** Everything is to be found out anew. */
export function reset() {
  for (const one of document.querySelectorAll(".check-item")) {
    one.dataset.state = "running";
    delete one.dataset.codes;
    one.replaceChildren(one.querySelector("h2"));
  }
  verdict("running", "Asking it, from your browser…");
}

/** One result: `ok`, `warn`, `fail` or `off`, words, and problems with their fixes. */
export function show(testid, state, words, problems = []) {
  const shown = item(testid);
  shown.dataset.state = state;
  shown.dataset.codes = problems.map(({ code }) => code).join(" ");
  const parts = words ? [element("p", "check-words", words)] : [];
  shown.replaceChildren(shown.querySelector("h2"), ...parts, ...problems.map(shownProblem));
}

function shownProblem({ code, words, fix }) {
  const shown = element("div", "check-problem");
  shown.dataset.code = code;
  shown.append(element("p", "", words));
  const entries = Object.entries(fix);
  if (entries.length > 0) {
    const list = element("dl", "check-fix");
    for (const [where, text] of entries) {
      const definition = element("dd");
      definition.append(element("code", "", text));
      list.append(element("dt", "", where), definition);
    }
    shown.append(list);
  }
  return shown;
}

export function verdict(state, words) {
  const shown = item("check-verdict");
  shown.dataset.state = state;
  shown.textContent = words;
}

/** The states of all results. */
export const states = () => [...document.querySelectorAll(".check-item")].map((one) => one.dataset.state);
