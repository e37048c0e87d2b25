/** What an import that ends in `?embedded` is: the text of the bundled file (scripts/embed-page.mjs). */
declare module '*?embedded' {
  const text: string;
  export default text;
}
