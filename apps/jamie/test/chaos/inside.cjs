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

// The one host that only this process knows. A literal address or `localhost` would not be looked up at all.
dns.lookup = function lookup(host, options, callback) {
  if (host !== 'ollama.test') return realLookup.call(dns, host, options, callback);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
  const found = [{ address: '127.0.0.1', family: 4 }];
  if (namesFail) process.nextTick(callback, error);
  else if (options.all) process.nextTick(callback, null, found);
  else process.nextTick(callback, null, found[0].address, found[0].family);
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
