//! Bytes of a stranger's choice to a node's HTTP interface.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take: longer than every time limit of the interface.
const PATIENCE: Duration = Duration::from_mins(2);

/// A connection, with whatever is sent over it.
#[derive(Debug)]
pub struct Wire(TcpStream);

impl Wire {
    /// Connects to a node's HTTP address.
    pub fn open(node: SocketAddr) -> Self {
        let stream = TcpStream::connect(node).expect("the node listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket takes a timeout");
        Self(stream)
    }

    /// Sends bytes; a node that has hung up takes none, which is for its answer to show.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).is_ok()
    }

    /// All that is answered until the node hangs up.
    pub fn hear(mut self) -> String {
        let mut heard = Vec::new();
        let read = self.0.read_to_end(&mut heard);
        let is_timeout = read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
        assert!(!is_timeout, "the node neither answers nor hangs up");
        String::from_utf8_lossy(&heard).into_owned()
    }
}

/// What a node answers to a request with these header lines, each with its line end.
pub fn ask(node: SocketAddr, line: &str, headers: &str, body: &str) -> String {
    let mut wire = Wire::open(node);
    let host = if headers.to_lowercase().contains("host:") { "" } else { "Host: localhost\r\n" };
    let length = body.len();
    wire.send(format!(
        "{line} HTTP/1.1\r\n{host}{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ));
    wire.hear()
}

/// The status of an answer; 0 if there is none.
pub fn status_of(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}
