// Opens the server's WebSocket as the app does, and joins a room that nobody else knows.

import { within } from "{{check/relay.js}}";

const OPENING_MS = 10_000;
const JOINING_MS = 5_000;

const random = (bytes) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A UUID of version 4 (RFC 9562); `crypto.randomUUID` is there for HTTPS alone. */
function uuid() {
  const hex = random(16).split("");
  hex[12] = "4";
  hex[16] = "89ab"[parseInt(hex[16], 16) % 4];
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** `{ id, socket, ms }`; `socket` is null where it was not opened. */
export async function openSocket() {
  const id = random(16);
  const started = performance.now();
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws?check=${id}`);
  const opened = new Promise((done) => {
    socket.onopen = () => done(true);
    socket.onclose = () => done(false);
  });
  if (await within(OPENING_MS, opened, false)) {
    return { id, socket, ms: performance.now() - started };
  }
  socket.close();
  return { id, socket: null, ms: null };
}

/** The `iceServers` that whoever joins is given, or null where the server does not answer. */
export async function iceServers(socket) {
  const joined = new Promise((done) => {
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "room_joined") {
        done(message.iceServers ?? []);
      }
    };
    socket.onclose = () => done(null);
  });
  const seat = { roomId: `check-${random(16)}`, peerId: uuid() };
  socket.send(JSON.stringify({ type: "join_room", ...seat, displayName: "self-check" }));
  const servers = await within(JOINING_MS, joined, null);
  if (servers) {
    socket.send(JSON.stringify({ type: "leave_room", ...seat }));
  }
  socket.close();
  return servers;
}
