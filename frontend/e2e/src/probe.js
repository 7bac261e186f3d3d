// Runs before the page's own scripts and only watches: what the page must never cause, and which connections it makes.
if (window === window.top && !window.banterProbe) {
  const probe = { violations: [], errors: [], made: 0, open: 0, iceServers: [] };
  Object.defineProperty(window, "banterProbe", { value: probe });
  addEventListener("securitypolicyviolation", (event) =>
    probe.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
  addEventListener("error", (event) => probe.errors.push(`${event.message || event.target}`), true);
  addEventListener("unhandledrejection", (event) => probe.errors.push(`${event.reason}`));

  const Connection = window.RTCPeerConnection;
  if (Connection) {
    window.RTCPeerConnection = new Proxy(Connection, {
      construct(target, [configuration, ...rest]) {
        const connection = new target(configuration, ...rest);
        probe.made += 1;
        probe.open += 1;
        probe.iceServers.push(...(configuration?.iceServers ?? []).flatMap((server) => server.urls));
        return connection;
      },
    });
    const close = Connection.prototype.close;
    Connection.prototype.close = function () {
      if (this.signalingState !== "closed") probe.open -= 1;
      return close.call(this);
    };
  }
}
