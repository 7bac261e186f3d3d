// The self-check: what does this server, and what lies before it, look like from a browser?

import {
  clientProblems,
  heldBack,
  httpsProblems,
  noIceServers,
  noWebRtc,
  relayProblem,
  requestProblems,
  socketProblems,
  stunProblem,
} from "{{check/diagnosis.js}}";
import { askStun, loopThrough, namesAddress, stunUrls, turnServers } from "{{check/relay.js}}";
import { reset, show, states, verdict } from "{{check/report.js}}";
import { iceServers, openSocket } from "{{check/socket.js}}";

const button = document.querySelector("[data-testid=check-again]");

const ask = async (path) => {
  const answer = await fetch(path, { cache: "no-store" });
  return answer.ok ? answer.json() : null;
};

function checkHttps() {
  const problems = httpsProblems(window.isSecureContext);
  const words = location.protocol === "https:" ? "This page came by HTTPS." : "On this machine alone, HTTP will do.";
  show("check-https", problems.length ? "fail" : "ok", problems.length ? "" : words, problems);
}

async function checkProxy() {
  const seen = await ask("/check/request").catch(() => null);
  if (!seen) {
    show("check-proxy", "fail", "/check/request does not answer. Does the proxy pass all paths on?");
    return;
  }
  const wrong = requestProblems(seen, location);
  const better = clientProblems(seen);
  const state = wrong.length ? "fail" : better.length ? "warn" : "ok";
  const words = seen.forwardedFor
    ? `The proxy says that it asks for ${seen.forwardedFor}.`
    : "There seems to be no proxy, or one that keeps to itself.";
  show("check-proxy", state, words, [...wrong, ...better]);
}

/** The socket, or null with the reason shown. */
async function checkSocket() {
  const { id, socket, ms } = await openSocket();
  if (socket) {
    show("check-socket", "ok", `Opened in ${Math.round(ms)} ms.`);
    return socket;
  }
  // Of several servers behind one address, only one knows.
  let sighting = null;
  for (let look = 0; look < 4 && !sighting; look += 1) {
    sighting = await ask(`/check/socket/${id}`).catch(() => null);
  }
  show("check-socket", "fail", "It was not opened.", socketProblems(sighting, location));
  return null;
}

async function checkStun(servers) {
  const urls = stunUrls(servers);
  if (urls.length === 0) {
    const isRelayed = turnServers(servers).length > 0;
    const words = isRelayed
      ? "No STUN server is set; TURN servers answer the same question."
      : "Neither STUN nor TURN is set: only people in one network reach each other.";
    show("check-stun", isRelayed ? "off" : "warn", words, isRelayed ? [] : [noIceServers()]);
    return;
  }
  const results = await Promise.all(urls.map(askStun));
  const silent = results.filter(({ answers }) => !answers);
  const words = results.filter(({ answers }) => answers).map(stunWords);
  show("check-stun", stateOf(words, silent), words.join(" "), silent.map(({ url }) => stunProblem(url)));
}

/** Where the own address is the public one, browsers have nothing to add. */
const stunWords = ({ url, address }) =>
  address ? `${url} sees you at ${address}.` : `${url} answers; nothing translates your address.`;

/** Of several servers, one that works is enough to go on. */
const stateOf = (working, problems) => (problems.length === 0 ? "ok" : working.length > 0 ? "warn" : "fail");

async function checkRelay(servers) {
  const found = turnServers(servers);
  if (found.length === 0) {
    show("check-relay", "off", "No TURN server is set: about one pair of people in ten cannot reach each other.");
    return;
  }
  const results = await Promise.all(
    found.map(async ({ url, server }) => ({ url, ...(await loopThrough(server)) })),
  );
  const working = results.filter(({ ms }) => ms !== null);
  const problems = results
    .filter(({ ms }) => ms === null)
    .map(({ url, errors, hasCandidate }) => relayProblem(url, errors, hasCandidate));
  const words = working.map(({ url, ms }) => `${url} relays, there and back in ${Math.round(ms)} ms.`);
  show("check-relay", stateOf(words, problems), words.join(" "), problems);
}

/** Whether this browser can be linked at all. */
async function checkWebRtc(servers) {
  const problems = !window.RTCPeerConnection ? [noWebRtc()] : (await namesAddress(servers)) ? [] : [heldBack()];
  const isFine = problems.length === 0;
  show("check-webrtc", isFine ? "ok" : "fail", isFine ? "It can be linked to others." : "", problems);
  return isFine;
}

async function checkIce(socket) {
  const servers = socket && (await iceServers(socket));
  const isFine = await checkWebRtc(servers || []);
  if (!servers || !isFine) {
    const words = servers
      ? "Needs a browser that does not hold WebRTC back."
      : "Needs the WebSocket, by which browsers learn of it.";
    show("check-stun", "off", words);
    show("check-relay", "off", words);
    return;
  }
  await Promise.all([checkStun(servers), checkRelay(servers)]);
}

async function run() {
  button.disabled = true;
  reset();
  checkHttps();
  await Promise.all([checkProxy(), checkSocket().then(checkIce)]);
  const all = states();
  if (all.includes("fail")) {
    verdict("fail", "Not yet. What is marked ✕ keeps people out.");
  } else if (all.includes("warn")) {
    verdict("warn", "Yes, and what is marked ! could be better.");
  } else {
    verdict("ok", "Yes.");
  }
  button.disabled = false;
}

button.addEventListener("click", run);
run();
