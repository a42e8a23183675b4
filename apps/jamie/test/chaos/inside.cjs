// Loaded into Jamie's process ahead of it (`node --require`): does to the process what no proxy can do from outside.
const dns = require('node:dns');
const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose_gc');
const collect = vm.runInNewContext('gc');
const realNow = Date.now;
const RealDate = Date;
const realLookup = dns.lookup;
let jumpMs = 0;
let namesFail = false;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(realNow() + jumpMs);
    else super(...given);
  }
  static now() {
    return realNow() + jumpMs;
  }
};

// Every look-up of the host `localhost`, whichever way the program came by the function.
dns.lookup = function lookup(host, options, callback) {
  const done = callback ?? options;
  if (!namesFail) return realLookup.call(dns, host, ...(callback ? [options, callback] : [options]));
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
  process.nextTick(done, error);
  return {};
};

const orders = {
  jump: (milliseconds) => {
    jumpMs = milliseconds;
  },
  names: (fail) => {
    namesFail = fail;
  },
  stall: (milliseconds) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  },
  measure: () => {
    collect();
    collect();
    return { heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
  },
};

process.on('message', ({ id, order, value }) => {
  process.send?.({ id, result: orders[order]?.(value) ?? null });
});
process.channel?.unref();
