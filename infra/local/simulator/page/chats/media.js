/* Media: preparing an upload, and the cache that downloads land in. */
Sim.define('WAWebMediaInMemoryBlobCache', (exports) => {
  class InMemoryMediaBlobCacheImpl {
    blobs = new Map();

    put(hash, blob) {
      this.blobs.set(hash, blob);
    }

    get(hash) {
      return this.blobs.get(hash);
    }

    has(hash) {
      return this.blobs.has(hash);
    }
  }
  exports.InMemoryMediaBlobCacheImpl = InMemoryMediaBlobCacheImpl;
  exports.InMemoryMediaBlobCache = new InMemoryMediaBlobCacheImpl();
});

Sim.define('WAWebMediaOpaqueData', (exports) => {
  class OpaqueData {
    constructor(blob, type) {
      this._blob = blob;
      this._type = type;
    }

    static async createFromData(blob, type) {
      return new OpaqueData(blob, type);
    }

    forceToBlob() {
      return this._blob;
    }

    type() {
      return this._type;
    }

    size() {
      return this._blob.size;
    }

    throwIfReleased() {}
  }
  exports.default = OpaqueData;
});

Sim.define('WAWebMediaGatingUtils', (exports) => {
  exports.getUploadLimit = () => 64 * 1024 * 1024;
});

Sim.define('WAWebPrepRawMedia', (exports, require) => {
  const describe = (opaque) => ({
    type: (opaque.type() || '').split('/')[0] || 'document',
    mimetype: opaque.type(),
    size: opaque.size(),
    filehash: crypto.randomUUID(),
    mediaBlob: opaque,
    renderableUrl: '',
  });

  async function upload(opaque, { filehash, mimetype }) {
    const buffer = await opaque.forceToBlob().arrayBuffer();
    const b64 = require('WABase64').encodeB64(buffer);
    const size = buffer.byteLength;
    await require('SimServer').rpc({ t: 'media_put', hash: filehash, mimetype, size, b64 });
  }

  exports.MediaPrep = class {};
  exports.uploadProductImage = () => {};
  exports.prepRawMedia = (opaque, preparation) => {
    const mediaData = describe(opaque);
    const type = preparation?.asDocument ? 'document' : mediaData.type;
    const { mimetype, size, filehash } = mediaData;
    return {
      mediaData,
      _mediaData: mediaData,
      waitForPrep: async () => mediaData,
      sendToChat: async ({ chat, options }) => {
        const { caption, productMsgOptions } = options;
        const raw = { ...productMsgOptions, type, mediaData, caption, mimetype, size, filehash };
        await upload(opaque, mediaData);
        return require('WAWebSendMsgChatAction').addAndSendMsgToChat(chat, raw)[1];
      },
    };
  };
});
