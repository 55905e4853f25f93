/*
 * Stand-in for Meta's module runtime: __d, require, importDefault, importNamespace, requireLazy,
 * ErrorGuard and __debug. Its surface is what wa-js 4.6.0 and whatsapp-web.js 1.34.7 touch.
 */
(function (page) {
  const settings = (page.SIM_CFG = Object.assign(
    {
      version: '2.3000.1048032155',
      debugGlobal: true,
      chunkDelayMs: 150,
      lid: true,
      heapMB: 0,
      minifiedMsgKey: true,
      findChatReturnsModel: true,
    },
    page.SIM_CFG,
  ));
  const COMMON_JS = 1; // bit of `special`: the factory fills module.exports, not an ES namespace
  const visible = Object.create(null); // what require('__debug').modulesMap shows
  const unlisted = Object.create(null); // hidden or renamed modules: they work, nobody finds them
  const waiting = []; // requireLazy entries

  const publicName = (id) => {
    if (settings.renameAll && /^(use)?WA/.test(id)) return id + 'Renamed';
    return settings.rename?.[id] || id;
  };

  function define(id, dependencies, factory, special = 0) {
    if (visible[id] || unlisted[id]) return;
    const entry = { id, dependencies, factory, special, module: null, initialized: false };
    const name = publicName(id);
    const target = settings.hide?.includes(id) ? unlisted : visible;
    target[name] = entry;
    if (name !== id) unlisted[id] = entry;
    flushWaiting();
  }

  function load(id) {
    const entry = visible[id] || unlisted[id];
    if (!entry) {
      const error = new Error(`Requiring unknown module "${id}"`);
      error.name = 'ModuleError';
      throw error;
    }
    if (!entry.initialized) initialize(entry);
    return entry;
  }

  function initialize(entry) {
    entry.initialized = true;
    entry.module = { exports: {}, id: entry.id };
    if (typeof entry.factory !== 'function') {
      entry.module.exports = entry.factory;
      return;
    }
    const { module } = entry;
    const tools = [page, require, importDefault, importNamespace, page.requireLazy];
    try {
      entry.factory.call(page, ...tools, module, module.exports);
    } catch (error) {
      entry.initialized = false;
      entry.module = null;
      throw error;
    }
    entry.esModule = !(entry.special & COMMON_JS);
  }

  // Default-export interop: what lets whatsapp-web.js do `new (require('WAWebMsgKey'))`.
  function require(id) {
    const { module, esModule } = load(id);
    const { exports } = module;
    return esModule && exports && 'default' in exports ? exports.default : exports;
  }

  function importDefault(id) {
    const { module, esModule } = load(id);
    return esModule ? module.exports.default : module.exports;
  }

  function importNamespace(id) {
    const { module, esModule } = load(id);
    const { exports } = module;
    if (esModule) return exports;
    return Object.assign({ default: exports }, typeof exports === 'object' ? exports : {});
  }

  function flushWaiting() {
    for (const entry of [...waiting]) {
      const [ids, callback] = entry;
      if (!ids.every((id) => visible[id] || unlisted[id])) continue;
      waiting.splice(waiting.indexOf(entry), 1);
      setTimeout(() => callback.apply(page, ids.map(require)), 0);
    }
  }

  page.ErrorGuard = {
    skipGuardGlobal() {},
    applyWithGuard: (callback, context, args) => callback.apply(context, args || []),
  };
  page.importDefault = importDefault;
  page.importNamespace = importNamespace;
  page.requireLazy = (ids, callback) => {
    waiting.push([ids, callback]);
    flushWaiting();
  };
  define('__debug', [], { modulesMap: visible }, COMMON_JS);

  const definitionsSoFar = page.__d_stub || [];
  const lazySoFar = page.__rl_stub || [];
  page.__d = define;
  page.require = require; // last: wa-js starts as soon as __d and require both exist
  definitionsSoFar.forEach((args) => define(...args));
  lazySoFar.forEach((args) => page.requireLazy(...args));
})(self);
