// The reference of the benchmarks: the same protocol through the same server, in as little JavaScript as does it
// well. It knows nothing of retries, sleep, splits or storage; it shows what the browser itself costs.
"use strict";
const byId = (id) => document.getElementById(id);
const hook = (name) => document.querySelector(`[data-testid=${name}]`);
const SHOWN = 500;
const peers = new Map();
const rows = new Map();
const said = [];
const me = crypto.randomUUID();
const server = new URLSearchParams(location.search).get("server") ?? location.origin;
let socket, iceServers = [], room, scrollDue = null;

hook("room-input").value = location.pathname.match(/^\/r\/(.+)/)?.[1] ?? "";

byId("lobby").onsubmit = (event) => {
  event.preventDefault();
  room = hook("room-input").value;
  socket = new WebSocket(`${server.replace(/^http/, "ws")}/ws`);
  socket.onopen = () => signal({ type: "join_room", roomId: room, peerId: me, displayName: hook("name-input").value });
  socket.onmessage = ({ data }) => handle(JSON.parse(data));
};

const signal = (message) => socket.send(JSON.stringify(message));

async function handle(message) {
  const peer = peers.get(message.from);
  switch (message.type) {
    case "room_joined":
      iceServers = message.iceServers;
      byId("lobby").hidden = true;
      byId("room").hidden = false;
      byId("room").dataset.testid = "chat-room";
      byId("room").dataset.roomId = room;
      hook("signaling-status").dataset.state = "connected";
      for (const there of message.peers) offer(connect(there));
      break;
    case "peer_joined":
      connect(message.peer);
      break;
    case "peer_left":
      drop(message.peerId);
      break;
    case "offer":
      peer.negotiation = message.negotiation;
      await peer.connection.setRemoteDescription(message.offer);
      await peer.connection.setLocalDescription();
      tell(peer, { type: "answer", answer: peer.connection.localDescription });
      takeCandidates(peer);
      break;
    case "answer":
      await peer.connection.setRemoteDescription(message.answer);
      takeCandidates(peer);
      break;
    case "ice_candidate":
      peer.candidates.push(message.candidate);
      if (peer.connection.remoteDescription) takeCandidates(peer);
      break;
  }
}

function connect({ id, displayName }) {
  const connection = new RTCPeerConnection({ iceServers });
  const peer = { id, name: displayName, connection, candidates: [] };
  peers.set(id, peer);
  peer.chat = connection.createDataChannel("chat", { negotiated: true, id: 0 });
  peer.live = connection.createDataChannel("live", { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 });
  peer.chat.onopen = () => show(peer, "connected");
  peer.chat.onmessage = ({ data }) => hear(peer, JSON.parse(data));
  peer.live.onmessage = ({ data }) => hear(peer, JSON.parse(data));
  connection.onicecandidate = ({ candidate }) => tell(peer, { type: "ice_candidate", candidate });
  peer.row = byId("peers").appendChild(document.createElement("li"));
  Object.assign(peer.row.dataset, { testid: "peer", peerId: id });
  peer.row.textContent = displayName;
  show(peer, "connecting");
  return peer;
}

async function offer(peer) {
  peer.negotiation = crypto.randomUUID();
  await peer.connection.setLocalDescription();
  tell(peer, { type: "offer", offer: peer.connection.localDescription });
}

const tell = (peer, message) => signal({ ...message, from: me, to: peer.id, negotiation: peer.negotiation });

const takeCandidates = (peer) => {
  for (const candidate of peer.candidates.splice(0)) peer.connection.addIceCandidate(candidate);
};

function show(peer, state) {
  peer.row.dataset.state = state;
  const open = [...peers.values()].filter(({ chat }) => chat.readyState === "open").length;
  hook("p2p-count").dataset.count = open;
}

function drop(id) {
  const peer = peers.get(id);
  if (!peer) return;
  peers.delete(id);
  peer.connection.close();
  peer.row.remove();
  hook("p2p-count").dataset.count = peers.size;
}

function hear(peer, message) {
  switch (message.type) {
    case "chat_message":
      add({ ...message, name: peer.name }, "delivered");
      peer.chat.send(JSON.stringify({ type: "delivered", id: message.id }));
      break;
    case "delivered": {
      const row = rows.get(message.id);
      row?.waiting.delete(peer.id);
      if (row?.waiting.size === 0) {
        row.element.dataset.status = "delivered";
        rows.delete(message.id);
      }
      break;
    }
    case "ping":
      peer.live.send(JSON.stringify({ type: "pong", id: message.id }));
      break;
    case "bye":
      drop(peer.id);
      break;
  }
}

// Everything said is kept, the newest is shown, as in the app.
function add(message, status, waiting) {
  const { id, from, name, text, timestamp } = message;
  said.push(message);
  const element = document.createElement("li");
  Object.assign(element.dataset, { testid: "message", messageId: id, from, own: from === me, status });
  const time = new Date(timestamp).toLocaleTimeString();
  for (const [testid, words] of [["message-sender", name], ["message-time", time], ["message-text", text]]) {
    const part = element.appendChild(document.createElement("span"));
    part.dataset.testid = testid;
    part.textContent = words;
  }
  byId("messages").append(element);
  if (said.length > SHOWN) byId("messages").firstChild.remove();
  scrollDue ??= requestAnimationFrame(() => {
    scrollDue = null;
    scrollTo(0, document.body.scrollHeight);
  });
  if (waiting) rows.set(id, { element, waiting });
}

function say(text) {
  const open = [...peers.values()].filter(({ chat }) => chat.readyState === "open");
  const message = { type: "chat_message", id: crypto.randomUUID(), from: me, text, timestamp: Date.now() };
  add({ ...message, name: hook("name-input").value }, "sent", new Set(open.map(({ id }) => id)));
  for (const { chat } of open) chat.send(JSON.stringify(message));
}

byId("box").onsubmit = (event) => {
  event.preventDefault();
  say(hook("message-input").value);
  hook("message-input").value = "";
};

hook("message-input").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    byId("box").requestSubmit();
  }
};

addEventListener("pagehide", () => {
  if (socket?.readyState === WebSocket.OPEN) signal({ type: "leave_room", roomId: room, peerId: me });
});
