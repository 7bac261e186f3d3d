// Looks after the opening of the page: says when a part of it does not arrive, and tries again. It stands by itself, since any
// other file may be the one that is missing; where this one is, `styles/80-boot.css` shows some words.
"use strict";
{
  const LATE_MS = 5000;
  const PATIENCE_MS = 20000;
  // Until the next try, in seconds; the last one for ever.
  const PAUSES = [2, 3, 5, 8, 13, 20, 30];
  const root = document.documentElement;
  const hasOpened = () => root.dataset.boot === "started";
  // `boot.js` says how far it is; where it says nothing when everything was loaded, it or what it needs is missing.
  const isBroken = () => root.dataset.boot === "missing" || (!root.dataset.boot && document.readyState === "complete");

  const growing = (what) => {
    let tries = 0;
    return () => {
      const pause = PAUSES[Math.min(tries, PAUSES.length - 1)];
      tries += 1;
      setTimeout(what, 1000 * pause);
    };
  };

  // What the page cannot do without, as its head names it. Only whether it is there is asked: on a slow line it is under way.
  const PARTS = "link[rel=stylesheet], link[rel=modulepreload], link[rel=preload], script[type=module]";
  const isThere = async (part) => {
    try {
      const signal = AbortSignal.timeout?.(PATIENCE_MS);
      const answer = await fetch(part.href || part.src, { method: "HEAD", signal });
      return answer.ok;
    } catch {
      return false;
    }
  };

  let wasMissing = false;
  let isChecking = false;
  const check = async () => {
    if (isChecking || hasOpened() || root.dataset.boot === "failed") return;
    isChecking = true;
    const isWhole = (await Promise.all(Array.from(document.querySelectorAll(PARTS), isThere))).every(Boolean);
    isChecking = false;
    if (hasOpened()) return;
    // What is there and does not work after a reload either will not by another one.
    const isAgain = performance.getEntriesByType("navigation")[0]?.type === "reload";
    if (isWhole && isBroken() && (wasMissing || !isAgain)) {
      location.reload();
      return;
    }
    if (!isWhole) {
      wasMissing = true;
      root.dataset.boot = "missing";
    }
    checkLater();
  };
  const checkLater = growing(check);

  // Without its sheet the page is there and looks like nothing. The sheet is asked for again, and words stand above until it
  // comes. One that hangs would keep the whole page blank.
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  words.textContent = "The page’s looks did not arrive. Banter asks for them again by itself.";
  let sheet;
  // One that did not arrive has no sheet, or an empty one into which nobody may look.
  const hasRules = () => {
    try {
      return sheet.sheet.cssRules.length > 0;
    } catch {
      return false;
    }
  };
  const mendLooks = () => {
    sheet ??= document.querySelector("link[rel=stylesheet]");
    if (!sheet || hasRules()) return;
    if (!words.isConnected) document.body?.prepend(words);
    const next = sheet.cloneNode();
    sheet.remove();
    sheet = next;
    sheet.onload = () => words.remove();
    sheet.onerror = mendLater;
    document.head.append(sheet);
  };
  const mendLater = growing(mendLooks);

  const onLate = () => {
    mendLooks();
    if (hasOpened()) return;
    for (const button of document.querySelectorAll(".boot-again")) {
      button.hidden = false;
      button.onclick = () => location.reload();
    }
    void check();
  };
  setTimeout(onLate, LATE_MS);
  addEventListener("online", check);
}
