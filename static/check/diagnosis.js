// From what the server saw of a request to what is wrong on the way, and what to write where. Nothing here asks
// anybody anything.

/** The proxies' own words for one thing each; `banter` is this server's setting. */
const FIXES = {
  http_1_0: { nginx: "proxy_http_version 1.1;" },
  no_upgrade: {
    nginx: 'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "upgrade";',
    Apache: "ProxyPass /ws http://127.0.0.1:8080/ws upgrade=websocket",
  },
  no_connection: { nginx: 'proxy_set_header Connection "upgrade";' },
  host: {
    nginx: "proxy_set_header Host $http_host;",
    Apache: "ProxyPreserveHost On",
    Caddy: "no header_up Host line",
    HAProxy: "no http-request set-header Host line",
  },
  no_forwarded_for: {
    nginx: "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    HAProxy: "option forwardfor",
    Caddy: "passes it by itself",
  },
};

/** Answers of a server that has enough, and what to do. */
const BUSY = {
  full: ["The server has all the sockets that it may have.", { banter: "--max-connections" }],
  address_has_too_many: [
    "The server has all the sockets that it takes from one address. Behind a proxy that it does not trust, all people have one.",
    { banter: "--trusted-proxies, --connections-per-address" },
  ],
  address_too_fast: [
    "Your address opens sockets faster than the server likes. Behind a proxy that it does not trust, all people have one.",
    { banter: "--trusted-proxies, --arrivals-per-address" },
  ],
  too_many_addresses: ["More addresses come and go than the server remembers. Check again in a moment.", {}],
};

const problem = (code, words, fix = FIXES[code] ?? {}) => ({ code, words, fix });

/** What is wrong with a request as the server saw it; `page` is where the browser asked. */
export function requestProblems(seen, page) {
  const problems = [];
  if (seen.host !== page.host) {
    problems.push(
      problem(
        "host",
        `Your browser asked for “${page.host}”, but the proxy asked the server for “${seen.host ?? "nothing"}”. ` +
          "The server then takes its own pages for those of another site.",
      ),
    );
  }
  if (seen.http === "1.0") {
    problems.push(
      problem("http_1_0", "The proxy speaks HTTP/1.0 to the server, which has no WebSockets."),
    );
  }
  return problems;
}

/** Why a WebSocket was not opened; `sighting` is null where its request never arrived. */
export function socketProblems(sighting, page) {
  if (sighting === null) {
    return [
      problem(
        "not_arrived",
        "The request for the WebSocket did not reach this server. Does the proxy pass /ws on to it, and to this one?",
      ),
    ];
  }
  const problems = requestProblems(sighting, page);
  if (sighting.answer === "draining") {
    problems.push(problem("draining", "The server is shutting down. Check again in a moment."));
  }
  if (sighting.answer in BUSY) {
    problems.push(problem(sighting.answer, ...BUSY[sighting.answer]));
  }
  if (!sighting.upgrade) {
    problems.push(
      problem("no_upgrade", "The proxy does not pass the header Upgrade on, so that no WebSocket comes about."),
    );
  } else if (!sighting.connection) {
    problems.push(
      problem("no_connection", "The proxy passes Upgrade on, but no Connection header that names it."),
    );
  }
  if (sighting.answer === "origin" && sighting.host === page.host) {
    problems.push(
      problem("origin", `The server does not take pages of ${page.origin}.`, {
        banter: `--allowed-origins ${page.origin}`,
      }),
    );
  }
  if (problems.length === 0) {
    problems.push(
      problem(
        "answer_lost",
        "The server took the WebSocket, but its answer did not come back. Something on the way does not know WebSockets.",
      ),
    );
  }
  return problems;
}

/** Whether the server learns who asks. */
export function clientProblems(seen) {
  const isProxied = seen.forwarded || seen.scheme !== null;
  if (isProxied && !seen.forwarded) {
    return [
      problem(
        "no_forwarded_for",
        "The proxy does not say for whom it asks: all people count as one, and share one person's limits.",
      ),
    ];
  }
  if (seen.forwarded && !seen.trusted) {
    const range = { loopback: "127.0.0.0/8,::1/128", public: "ADDRESS-OF-THE-PROXY" }[seen.peer];
    return [
      problem(
        "not_trusted",
        "The proxy says for whom it asks, but this server does not believe it: all people count as one, and share one " +
          "person's limits.",
        { banter: `--trusted-proxies ${range ?? seen.peer}` },
      ),
    ];
  }
  return [];
}

/** Whether people at home get what browsers give to HTTPS alone. */
export function httpsProblems(isSecureContext) {
  if (isSecureContext) {
    return [];
  }
  return [
    problem(
      "no_https",
      "This page came by plain HTTP. Browsers then have neither the keys nor the connections that Banter needs.",
      {
        "a proxy": "with a certificate, in front of this server",
        banter: "--tls-cert FILE --tls-key FILE",
      },
    ),
  ];
}

/** What keeps this very browser from being linked, whatever the server does. */
export const heldBack = () =>
  problem(
    "webrtc_held_back",
    "This browser names no address, so nobody can be linked to it. That is not the server’s fault: a setting, an add-on or a " +
      "VPN holds WebRTC back.",
    {
      "this browser": "allow WebRTC for this page, or take another browser",
      Chrome: "the WebRTC IP handling policy of an add-on or an administrator",
      Firefox: "media.peerconnection.enabled and media.peerconnection.ice.* in about:config",
    },
  );

export const noWebRtc = () =>
  problem("no_webrtc", "This browser has no WebRTC, or it is switched off.", {
    "this browser": "switch it on, or take a current Firefox, Chrome, Edge or Safari",
  });

/** What is missing where browsers are given no server for ICE. */
export const noIceServers = () =>
  problem("no_ice_servers", "Let this server answer STUN and relay, or name others that do.", {
    banter: "--turn-listen IP:3478, or --stun and --turn with --turn-secret",
  });

/** Why a STUN server told nothing. */
export const stunProblem = (url) =>
  problem("stun_silent", `${url} does not answer: its port is closed on the way.`, {
    "the firewall": "let its port in, by UDP",
  });

/** Why a relay of the given address did not carry anything; `errors` are codes of `icecandidateerror`. */
export function relayProblem(url, errors, hasCandidate) {
  if (errors.includes(401) || errors.includes(438)) {
    return problem("turn_refused", `${url} does not take this server's credentials: both must have the same secret.`, {
      banter: "--turn-secret",
      coturn: "use-auth-secret\nstatic-auth-secret=…",
    });
  }
  if (errors.includes(486)) {
    return problem("turn_full", `${url} has no relay left for this address.`, {
      banter: "--turn-relays-per-address",
      coturn: "user-quota, total-quota",
    });
  }
  if (!hasCandidate) {
    const secure = url.startsWith("turns:") ? ", or its certificate is not trusted" : "";
    return problem("turn_silent", `${url} does not answer: its port is closed on the way${secure}.`, {
      "the firewall": "let its port in, by UDP and by TCP",
    });
  }
  return problem("turn_no_relay", `${url} gives a relay, but nothing comes through it.`, {
    "the firewall": "let the relays' UDP ports in",
    banter: "--turn-ports FIRST-LAST, --public-address IP",
  });
}
