// Reads what the page shows, by the hooks that the contract promises.
const all = (hook, within = document) => [...within.querySelectorAll(`[data-testid=${hook}]`)];
const one = (hook, within = document) => within.querySelector(`[data-testid=${hook}]`);
const text = (hook, within) => one(hook, within)?.textContent ?? null;
const room = one("chat-room");
return {
  room: room?.dataset.roomId ?? null,
  private: room?.dataset.private ?? null,
  lobby: !!one("join-room"),
  error: one("error-banner")?.dataset.code ?? null,
  errorText: text("error-banner"),
  signaling: one("signaling-status")?.dataset.state ?? null,
  links: Number(one("p2p-count")?.dataset.count ?? 0),
  typing: text("typing-indicator"),
  peers: all("peer").map((peer) => ({
    id: peer.dataset.peerId,
    state: peer.dataset.state,
    latency: peer.dataset.latencyMs ? Number(peer.dataset.latencyMs) : null,
    path: peer.dataset.path ?? "",
    obstacle: peer.dataset.obstacle ?? "",
    verified: peer.dataset.verified ?? "",
    standing: peer.dataset.standing ?? "",
    hearing: peer.dataset.hearing ?? "",
    label: peer.textContent,
  })),
  messages: all("message").map((message) => ({
    id: message.dataset.messageId,
    from: message.dataset.from,
    own: message.dataset.own === "true",
    status: message.dataset.status,
    text: text("message-text", message),
    sender: text("message-sender", message),
    time: text("message-time", message),
  })),
};
