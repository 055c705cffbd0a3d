/** `import()` of code of a function. */
/** @param {string} url @returns {Promise<unknown>} */
module.exports.importModule = (url) => import(url);
