use std::fs;

use axum::body::{Body, to_bytes};
use axum::http::Method;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use std::sync::atomic::Ordering;

use nemcon_client::config::PublishConfig;
use nemcon_client::publishing::Shows;

use super::*;

fn given(folder: &std::path::Path, is_open: bool) -> Router {
    let (folder, shows) = (folder.to_owned(), Shows::Public);
    let given =
        Given::of(&PublishConfig { folder, shows, decision: None, witnesses: None, address: None });
    given.open.store(is_open, Ordering::Relaxed);
    router(given).layer(Extension(Activity::new()))
}

async fn ask(folder: &std::path::Path, method: Method, path: &str, known: &str) -> Response {
    let request = Request::builder().method(method).uri(path).header("if-none-match", known);
    let request = request.body(Body::empty()).unwrap();
    TowerToHyperService::new(given(folder, true)).call(request).await.unwrap()
}

#[tokio::test]
async fn a_file_comes_with_its_type_its_lifetime_and_a_tag_and_once_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("tile/0/000.p")).unwrap();
    fs::write(folder.path().join("checkpoint"), "head\n").unwrap();
    fs::write(folder.path().join("tile/0/000.p/1"), [7; 32]).unwrap();
    for (path, sort, kept, bytes) in [
        ("/checkpoint", "text/plain; charset=utf-8", "no-cache", b"head\n".to_vec()),
        (
            "/tile/0/000.p/1",
            "application/octet-stream",
            "public, max-age=31536000, immutable",
            vec![7; 32],
        ),
    ] {
        let answer = ask(folder.path(), Method::GET, path, "\"other\"").await;
        assert_eq!(answer.status(), StatusCode::OK);
        let header = |name| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header(header::CONTENT_TYPE), sort);
        assert_eq!(header(header::CACHE_CONTROL), kept);
        assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        let tag = header(header::ETAG);
        assert_eq!(to_bytes(answer.into_body(), 64).await.unwrap(), bytes);
        let again = ask(folder.path(), Method::GET, path, &tag).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(to_bytes(again.into_body(), 64).await.unwrap().len(), 0);
    }
    // What was changed has another tag.
    let tag =
        ask(folder.path(), Method::HEAD, "/checkpoint", "").await.headers()[header::ETAG].clone();
    fs::write(folder.path().join("checkpoint"), "later\n").unwrap();
    let later = ask(folder.path(), Method::GET, "/checkpoint", tag.to_str().unwrap()).await;
    assert_eq!(later.status(), StatusCode::OK);
}

#[tokio::test]
async fn nothing_but_files_of_a_log_is_given_and_nothing_is_taken() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("log");
    fs::create_dir_all(folder.join("certificate")).unwrap();
    fs::write(outside.path().join("checkpoint"), "secret").unwrap();
    fs::write(folder.join("notes.txt"), "secret").unwrap();
    std::os::unix::fs::symlink(outside.path().join("checkpoint"), folder.join("checkpoint"))
        .unwrap();
    for path in [
        "/",
        "/notes.txt",
        "/certificate",
        "/certificate/",
        "/../checkpoint",
        "/%2e%2e/checkpoint",
        "/tile/0/%2e%2e",
        "//checkpoint",
        "/tile/entries/000",
        "/genesis",
    ] {
        let answer = ask(&folder, Method::GET, path, "").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    // A link is no file of a log.
    let answer = ask(&folder, Method::GET, "/checkpoint", "").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = ask(&folder, method, "/checkpoint", "").await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers()[header::ALLOW], "GET, HEAD");
    }
}

#[tokio::test]
async fn nothing_is_given_before_the_publisher_has_found_the_log_open() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("checkpoint"), "head\n").unwrap();
    let request = Request::builder().uri("/checkpoint").body(Body::empty()).unwrap();
    let closed = TowerToHyperService::new(given(folder.path(), false));
    let answer = closed.call(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}
