// Only in development builds: loads the page again once there is a newer build.
const build = async () => {
  const answer = await fetch("/build.txt", { cache: "no-store" });
  return answer.ok ? answer.text() : undefined;
};

let shown;
setInterval(async () => {
  // While the server restarts there is no answer; the next question comes soon.
  const current = await build().catch(() => undefined);
  shown ??= current;
  if (current && current !== shown) location.reload();
}, 500);
