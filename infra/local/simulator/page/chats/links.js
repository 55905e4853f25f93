/* Finding links in a text, and their previews (always empty: no page is fetched). */
Sim.define('WALinkify', (exports) => {
  const pattern = /https?:\/\/\S+/g;
  exports.findLinks = (text) =>
    [...String(text || '').matchAll(pattern)].map((match) => ({ href: match[0] }));
  exports.findLink = (text) => exports.findLinks(text)[0];
  exports.findFirstWebLink = (text) => exports.findLinks(text)[0]?.href;
});

Sim.define('WAWebLinkPreviewMinimal', (exports) => {
  exports.genMinimalLinkPreview = async (url) => ({ url, data: null });
});

Sim.define('WAWebLinkPreviewChatAction', (exports, require, importNamespace) => {
  exports.getLinkPreview = async (url) =>
    importNamespace('WAWebLinkPreviewMinimal').genMinimalLinkPreview(url);
});
