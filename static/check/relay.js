// Asks STUN servers for the own address, and sends something through each TURN server and back.

const GATHERING_MS = 8_000;
const RELAYING_MS = 15_000;

/** Resolves to what `promise` gives, or to `otherwise` after a while. */
export const within = (ms, promise, otherwise) =>
  Promise.race([promise, new Promise((done) => setTimeout(done, ms, otherwise))]);

const urlsOf = (servers, schemes) =>
  servers.flatMap((server) =>
    [server.urls].flat().filter((url) => schemes.some((scheme) => url.startsWith(`${scheme}:`))),
  );

export const stunUrls = (servers) => urlsOf(servers, ["stun", "stuns"]);

/** `[{ url, server }]`, each server with this one address. */
export const turnServers = (servers) =>
  servers.flatMap((server) =>
    urlsOf([server], ["turn", "turns"]).map((url) => ({ url, server: { ...server, urls: [url] } })),
  );

/** Whether the browser names any address of its own; a setting, an add-on or a VPN may keep it from that. */
export async function namesAddress(servers) {
  const connection = new RTCPeerConnection({ iceServers: servers });
  try {
    const found = new Promise((done) => {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.candidate) {
          done(true);
        } else if (!candidate) {
          done(false);
        }
      };
    });
    connection.createDataChannel("check");
    await connection.setLocalDescription();
    return await within(GATHERING_MS, found, false);
  } finally {
    connection.close();
  }
}

/** `{ url, answers, address }`: the address that the server saw, if it is not the own one anyhow. */
export async function askStun(url) {
  const connection = new RTCPeerConnection({ iceServers: [{ urls: [url] }] });
  const found = { url, answers: false, address: null };
  try {
    const complete = new Promise((done) => {
      // Browsers wait for an answer, and go without it only after a while or with an error.
      let failed = false;
      connection.onicecandidateerror = () => {
        failed = true;
      };
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.type === "srflx") {
          found.address = candidate.address;
          found.answers = true;
          done();
        } else if (!candidate) {
          found.answers ||= !failed;
          done();
        }
      };
    });
    connection.createDataChannel("check");
    await connection.setLocalDescription();
    await within(GATHERING_MS, complete);
  } finally {
    connection.close();
  }
  return found;
}

/** `{ ms, errors, hasCandidate }`: how long a word took there and back, or null. */
export async function loopThrough(server) {
  const make = () => new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" });
  const ends = [make(), make()];
  const result = { ms: null, errors: [], hasCandidate: false };
  try {
    const [one, other] = ends;
    const channel = one.createDataChannel("check");
    other.ondatachannel = ({ channel }) => {
      channel.onmessage = ({ data }) => channel.send(data);
    };
    for (const [from, to] of [[one, other], [other, one]]) {
      from.onicecandidateerror = ({ errorCode }) => result.errors.push(errorCode);
      from.onicecandidate = ({ candidate }) => {
        result.hasCandidate ||= Boolean(candidate?.candidate);
        to.addIceCandidate(candidate).catch(() => {});
      };
    }
    const echoed = new Promise((done) => {
      channel.onopen = () => {
        const sent = performance.now();
        channel.onmessage = () => done(performance.now() - sent);
        channel.send("check");
      };
    });
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription();
    await one.setRemoteDescription(other.localDescription);
    result.ms = await within(RELAYING_MS, echoed, null);
  } finally {
    ends.forEach((end) => end.close());
  }
  return result;
}
