/** esbuild puts them into console.css. */
declare module "*.css";
