const articles = [
  { title: 'Opening hours', author: 'bob', isDraft: false },
  { title: 'We are closing down', author: 'alice', isDraft: true },
]

/** The titles that a reader may see: what is published, and drafts of their own. */
export function articlesFor(reader?: string): string[] {
  return articles
    .filter(({ isDraft, author }) => !isDraft || author === reader)
    .map(({ title }) => title)
}
