/* Models hold `attributes` and announce `change:<name>` on themselves and their collections. */
Sim.define('WAWebBaseModel', (exports, require) => {
  const EventEmitter = require('WAWebEventEmitter');

  class BaseModel extends EventEmitter {
    constructor(attributes) {
      super();
      this.attributes = {};
      for (const [name, value] of Object.entries(this.constructor.defaults || {})) {
        this.attributes[name] = typeof value === 'function' ? value.call(this) : value;
      }
      this.set(attributes || {}, { silent: true });
      this.initialize?.();
    }

    get(name) {
      return this.attributes[name];
    }

    set(nameOrChanges, valueOrOptions, options) {
      const isMap = typeof nameOrChanges === 'object';
      const changes = isMap ? nameOrChanges : { [nameOrChanges]: valueOrOptions };
      const { silent } = (isMap ? valueOrOptions : options) || {};
      const changed = [];
      for (const [name, value] of Object.entries(changes)) {
        if (!(name in this)) exposeAttribute(this.constructor.prototype, name);
        const previous = this.attributes[name];
        if (previous === value) continue;
        this.attributes[name] = value;
        changed.push([name, value, previous]);
      }
      if (!silent) this._announce(changed);
      return this;
    }

    _announce(changed) {
      for (const [name, value, previous] of changed) {
        this.fire('change:' + name, this, value, previous);
      }
      if (changed.length) this.fire('change', this);
    }

    fire(...args) {
      this.trigger(...args);
      for (const collection of this._collections || []) collection.trigger(...args);
    }

    unset(name) {
      delete this.attributes[name];
      return this;
    }

    serialize() {
      const plain = {};
      for (const name of this.constructor.serial || Object.keys(this.attributes)) {
        const value = this.attributes[name];
        if (value === undefined || typeof value === 'function') continue;
        plain[name] = value instanceof BaseModel ? value.serialize() : value;
      }
      return plain;
    }

    toJSON() {
      return this.serialize();
    }

    unsafe() {
      return this;
    }

    safe() {
      return this;
    }
  }

  // Attributes are properties of the prototype, so that `model.ack = 2` announces the change.
  function exposeAttribute(prototype, name) {
    if (name in prototype) return;
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get() {
        return this.attributes?.[name];
      },
      set(value) {
        this.set(name, value);
      },
    });
  }

  /** Gives a model class its proxy name, default attributes and further attribute names. */
  function defineModel(Model, proxyName, defaults = {}, names = []) {
    Model.defaults = defaults;
    Model.prototype.proxyName = proxyName;
    for (const name of [...Object.keys(defaults), ...names]) exposeAttribute(Model.prototype, name);
    return Model;
  }

  exports.BaseModel = BaseModel;
  exports.defineModel = defineModel;
});
