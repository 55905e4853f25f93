/* The Backbone-like emitter below every model, collection and bus. */
Sim.define('WAWebEventEmitter', (exports) => {
  class EventEmitter {
    on(names, callback, context) {
      if (typeof callback !== 'function') {
        throw new Error('Callback parameter passed is not a function');
      }
      this._handlers ??= new Map();
      for (const name of String(names).split(/\s+/)) {
        if (!this._handlers.has(name)) this._handlers.set(name, []);
        this._handlers.get(name).push({ callback, context });
      }
      return this;
    }

    once(name, callback, context) {
      const wrapper = (...args) => {
        this.off(name, wrapper);
        callback.apply(context || this, args);
      };
      wrapper.original = callback;
      return this.on(name, wrapper);
    }

    off(names, callback) {
      if (!this._handlers) return this;
      if (!names) {
        this._handlers.clear();
        return this;
      }
      const stays = (handler) =>
        callback && handler.callback !== callback && handler.callback.original !== callback;
      for (const name of String(names).split(/\s+/)) {
        this._handlers.set(name, (this._handlers.get(name) || []).filter(stays));
      }
      return this;
    }

    addListener(name, callback) {
      return this.on(name, callback);
    }

    removeListener(name, callback) {
      return this.off(name, callback);
    }

    listenTo(emitter, name, callback) {
      emitter.on(name, callback, this);
      return this;
    }

    trigger(name, ...args) {
      if (!this._handlers) return this;
      for (const { callback, context } of [...(this._handlers.get(name) || [])]) {
        callback.apply(context || this, args);
      }
      if (name === 'all') return this;
      for (const { callback, context } of [...(this._handlers.get('all') || [])]) {
        callback.call(context || this, name, ...args);
      }
      return this;
    }

    emit(name, ...args) {
      return this.trigger(name, ...args);
    }
  }
  exports.default = EventEmitter;
});
