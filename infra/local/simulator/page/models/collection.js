/* An ordered map of models by id. */
Sim.define('WAWebCollection', (exports, require) => {
  const EventEmitter = require('WAWebEventEmitter');

  class Collection extends EventEmitter {
    constructor(models) {
      super();
      // wa-js looks for this very sentence in the class's source.
      if (!this.constructor.model) throw new Error('Collection initialized without model');
      this._byId = new Map();
      for (const model of models || []) this.add(model);
    }

    get modelClass() {
      return this.constructor.model;
    }

    get length() {
      return this._byId.size;
    }

    get size() {
      return this._byId.size;
    }

    get(id) {
      if (id == null) return undefined;
      const isModel = typeof id !== 'string' && id.id !== undefined && id.attributes;
      return this._byId.get(isModel ? id.id.toString() : id.toString());
    }

    assertGet(id) {
      const model = this.get(id);
      if (!model) throw new Error('not found ' + id);
      return model;
    }

    add(modelOrList, options) {
      const list = Array.isArray(modelOrList) ? modelOrList : [modelOrList];
      return list.map((item) => this._addOne(item, options));
    }

    _addOne(item, options) {
      const Model = this.constructor.model;
      const model = item instanceof Model ? item : new Model(item);
      const key = model.id.toString();
      const known = this._byId.get(key);
      if (known) {
        if (options?.merge) known.set(model.attributes);
        return known;
      }
      this._byId.set(key, model);
      (model._collections ??= []).push(this);
      if (!options?.silent) this.trigger('add', model, this);
      return model;
    }

    gadd(item, options) {
      return this.add(item, options)[0];
    }

    remove(modelOrId) {
      const model = this.get(modelOrId?.id ?? modelOrId);
      if (!model) return;
      this._byId.delete(model.id.toString());
      model._collections = model._collections.filter((collection) => collection !== this);
      this.trigger('remove', model, this);
    }

    getModelsArray() {
      return [...this._byId.values()];
    }

    get _models() {
      return this.getModelsArray();
    }

    toArray() {
      return this.getModelsArray();
    }

    map(callback) {
      return this.getModelsArray().map(callback);
    }

    filter(callback) {
      return this.getModelsArray().filter(callback);
    }

    forEach(callback) {
      this.getModelsArray().forEach(callback);
    }

    some(callback) {
      return this.getModelsArray().some(callback);
    }

    findFirst(callback) {
      return this.getModelsArray().find(callback);
    }

    head() {
      return this.getModelsArray()[0];
    }

    last() {
      return this.getModelsArray().at(-1);
    }

    async find(id) {
      const known = this.get(id);
      return known || this.gadd({ id: require('WAWebWidFactory').createWid(id.toString()) });
    }

    async update(id) {
      return this.find(id);
    }

    serialize() {
      return this.map((model) => model.serialize());
    }

    reset() {
      this._byId.clear();
      this.trigger('reset');
    }

    delete() {}
  }
  exports.default = Collection;
});

Sim.define('WAWebBaseCollection', (exports, require) => {
  exports.BaseCollection = require('WAWebCollection');
});
