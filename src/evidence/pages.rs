//! Which answers of a text are partial. A list may come in pages: the page that follows completes what the one before it lacks, and nothing
//! else. An answer that did not search all stays partial, whatever follows.

use super::answer::Answer;
use super::elements::Elements;

/// The partial answers of a text.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// Answers that stay partial.
    partial: u64,
    /// The list that the next answer may continue.
    list: Option<List>,
}

/// An answer that ended.
#[derive(Debug)]
pub(super) struct Page {
    /// The name of the array.
    pub(super) name: String,
    pub(super) kind: Elements,
    pub(super) answer: Answer,
    /// The elements that were read.
    pub(super) rows: u64,
    /// A hash of the first element.
    pub(super) first: Option<u64>,
}

/// The pages of a list so far: the last one, with the rows of all.
#[derive(Debug)]
struct List {
    page: Page,
    /// The last answer is counted.
    is_counted: bool,
}

impl Pages {
    /// Takes note of the answer that ends.
    pub(super) fn add(&mut self, page: Page) {
        let before = self.list.take();
        let is_counted = page.answer.is_searched_in_part();
        self.partial += u64::from(is_counted);
        let mut page = page;
        match before {
            Some(list) if list.is_continued_by(&page) => {
                page.rows = page.rows.saturating_add(list.page.rows);
                page.answer = page.answer.with_total_of(&list.page.answer);
            }
            before => self.partial += u64::from(before.is_some_and(|list| list.is_open())),
        }
        self.list = Some(List { page, is_counted });
    }

    /// The number of answers after which more exists on the service.
    pub(super) fn partial(&self) -> u64 {
        self.partial + u64::from(self.list.as_ref().is_some_and(List::is_open))
    }
}

impl List {
    fn is_complete(&self) -> bool {
        !self.page.answer.has_more(self.page.rows)
    }

    /// Whether the last answer lacks a page, and is not counted.
    fn is_open(&self) -> bool {
        !self.is_counted && !self.is_complete()
    }

    /// Whether the answer is the next page of the list. The last page of a scroll is empty. An answer with the same first element is the same
    /// page again.
    fn is_continued_by(&self, next: &Page) -> bool {
        let Page { name, kind, answer, first, .. } = &self.page;
        let is_same = *name == next.name && *kind == next.kind && answer.is_of_query(&next.answer);
        let is_next = match next.first {
            None => true,
            next => next != *first && !self.is_complete(),
        };
        // rows without a token are those of a limit
        let has_pages = *kind != Elements::Insights || answer.has_token;
        is_same && is_next && has_pages
    }
}
