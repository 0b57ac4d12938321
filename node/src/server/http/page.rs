//! Writes one page of a list item by item, so that it stays below the limit of an answer.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The greatest number of items on one page.
pub(super) const PAGE_ITEMS_MAX: usize = 128;
/// The approximate limit of a page in bytes. An item that would exceed it begins the next page.
const PAGE_BYTES_MAX: usize = 256 << 10;

/// A page of numbered items, at most `most` of them, as JSON of [`nemcon_client::api::Page`].
pub(super) fn page<T: Serialize>(
    items: impl IntoIterator<Item = (u64, T)>,
    most: usize,
) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], written(items, most)).into_response()
}

fn written<T: Serialize>(items: impl IntoIterator<Item = (u64, T)>, most: usize) -> Vec<u8> {
    let mut text = b"{\"items\":[".to_vec();
    let mut next = None;
    for (at, (number, item)) in items.into_iter().enumerate() {
        let item = serde_json::to_vec(&item).expect("what is told is JSON");
        if at == most || (at > 0 && text.len() + item.len() > PAGE_BYTES_MAX) {
            next = Some(number);
            break;
        }
        if at > 0 {
            text.push(b',');
        }
        text.extend(item);
    }
    let next = next.map_or_else(|| "null".to_owned(), |number| number.to_string());
    text.extend(format!("],\"next\":{next}}}").into_bytes());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_client::api::Page;

    fn read(items: &[(u64, String)], most: usize) -> Page<String> {
        serde_json::from_slice(&written(items.iter().cloned(), most)).unwrap()
    }

    #[test]
    fn a_page_ends_where_it_is_full_and_says_where_to_go_on() {
        let items: Vec<_> = (1..=5).map(|number| (number, format!("item {number}"))).collect();
        for most in 1..=6 {
            let Page { items: told, next } = read(&items, most);
            assert_eq!(told.len(), most.min(5));
            assert_eq!(next, (most < 5).then_some(most as u64 + 1));
        }
        assert_eq!(read(&[], 3), Page { items: Vec::new(), next: None });
    }

    #[test]
    fn no_page_is_longer_than_an_answer_but_for_one_item_that_is() {
        let long = |number| (number, "x".repeat(PAGE_BYTES_MAX / 3));
        let page = read(&[long(1), long(2), long(3), long(4)], PAGE_ITEMS_MAX);
        assert_eq!((page.items.len(), page.next), (2, Some(3)));
        let longer = (7, "x".repeat(2 * PAGE_BYTES_MAX));
        let page = read(&[longer.clone(), longer], PAGE_ITEMS_MAX);
        assert_eq!((page.items.len(), page.next), (1, Some(7)));
    }
}
