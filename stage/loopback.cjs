// Keeps Node.js on this machine, loaded by NODE_OPTIONS: the CDK command line reaches loopback alone.
"use strict";

const dns = require("node:dns");
const net = require("node:net");

const LOCAL = /^(localhost|127(\.\d+){3}|::1|::ffff:127(\.\d+){3})$/;

function refuseUnlessLocal(what, host) {
  if (host && !LOCAL.test(host)) {
    throw new Error(`${what}: ${host} is not on this machine; only loopback is allowed`);
  }
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const [first, second] = Array.isArray(given[0]) ? given[0] : given;
  const options = typeof first === "object" ? first : { port: first, host: second };
  if (!options.path && typeof first !== "string") {
    refuseUnlessLocal("connect", options.host);
  }
  return connect.apply(this, given);
};

const lookup = dns.lookup;
dns.lookup = function (host, ...rest) {
  refuseUnlessLocal("lookup", host);
  return lookup.call(this, host, ...rest);
};
