/*
 * Short forms of `__d` for this page's own files.
 * `Sim` is the one global that the real site does not have.
 */
(function (page) {
  const ES_MODULE = 98; // the `special` the real bundles pass for ES modules

  /** Defines a module; `fill(exports, require, importNamespace)` runs on first use. */
  function define(id, fill) {
    const factory = (_page, require, _importDefault, importNamespace, _lazy, _module, exports) =>
      fill(exports, require, importNamespace);
    page.__d(id, [], factory, ES_MODULE);
  }

  /** Defines a module whose functions do nothing: clients only look for their presence. */
  function defineInert(id, names) {
    define(id, (exports) => {
      for (const name of names) exports[name] = function () {};
    });
  }

  /** {A: 'A', B: 'B'} from the names. */
  const mirror = (...names) => Object.fromEntries(names.map((name) => [name, name]));

  page.Sim = { settings: page.SIM_CFG, define, defineInert, mirror };
})(self);
