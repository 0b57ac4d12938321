//! A connection to a node that stays open: the cost of a request is that of the node, not of its client.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use nemcon_client::api::{Answer, CheckpointView, Records, Submission};
use nemcon_client::token::{Role, Token};
use serde::de::DeserializeOwned;

use crate::crash::Failed;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A connection to the HTTP interface of a node, opened anew if the node has closed it.
pub(super) struct Wire {
    node: SocketAddr,
    token: String,
    stream: Option<BufReader<TcpStream>>,
}

/// What a node answers to a record.
#[derive(Debug)]
pub(super) enum Said {
    /// It was ordered.
    Ordered {
        /// The height of its block.
        height: u64,
    },
    /// It was taken in.
    Pending,
    /// There is no room for it now: it may be submitted again.
    Full,
    /// It is refused, for this reason.
    Refused(String),
}

impl Wire {
    /// A connection to the node at this address, with the token for submitting in its folder.
    pub(super) fn new(node: SocketAddr, folder: &Path) -> Result<Self, Failed> {
        let role = Role::Submit;
        let token = Token::read_for(&role.file_in(folder), role);
        let token = token.map_err(|error| Failed(error.to_string()))?;
        Ok(Self { node, token: token.text().to_string(), stream: None })
    }

    /// Submits a record and has the node wait at most `wait` for its order.
    pub(super) fn submit(&mut self, record: String, wait: Duration) -> Result<Said, Failed> {
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let body = serde_json::to_vec(&Submission { record, wait_ms });
        let body = body.expect("a submission is JSON");
        let (status, answer) = self.ask("POST", "/v1/records", &body)?;
        if status == 429 || status == 503 {
            return Ok(Said::Full);
        }
        Ok(match read(status, &answer)? {
            Answer::Ordered { height, .. } => Said::Ordered { height },
            Answer::Pending { .. } => Said::Pending,
            Answer::Refused { code, .. } if code == "pending-full" => Said::Full,
            Answer::Refused { code, message, .. } => Said::Refused(format!("{code}: {message}")),
        })
    }

    /// The newest tree head that every member has sealed.
    pub(super) fn checkpoint(&mut self) -> Result<CheckpointView, Failed> {
        let (status, answer) = self.ask("GET", "/v1/checkpoint", b"")?;
        read(status, &answer)
    }

    /// Leaves of the log from an index on.
    pub(super) fn records(&mut self, from: u64, limit: u64) -> Result<Records, Failed> {
        let path = format!("/v1/records?from={from}&limit={limit}");
        let (status, answer) = self.ask("GET", &path, b"")?;
        read(status, &answer)
    }

    fn ask(&mut self, method: &str, path: &str, body: &[u8]) -> Result<(u16, Vec<u8>), Failed> {
        let Self { node, token, .. } = self;
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {node}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body);
        // A connection that was silent for long is closed by the node, so a second one is tried.
        let was_open = self.stream.is_some();
        match self.exchange(&request) {
            Err(_) if was_open => self.exchange(&request),
            answer => answer,
        }
        .map_err(|error| Failed(format!("{path} of the node at {}: {error}", self.node)))
    }

    /// One request and its answer. After an error the connection is closed.
    fn exchange(&mut self, request: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect()?,
        };
        stream.get_mut().write_all(request)?;
        let (status, length, is_closing) = head(&mut stream)?;
        let body = match length {
            Some(length) => {
                let mut body = vec![0; length];
                stream.read_exact(&mut body)?;
                body
            }
            None => chunks(&mut stream)?,
        };
        if !is_closing {
            self.stream = Some(stream);
        }
        Ok((status, body))
    }

    fn connect(&self) -> std::io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(self.node)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }
}

/// Reads the head of an answer: its status, the length of its body if it says so, whether it is the last.
fn head(stream: &mut BufReader<TcpStream>) -> std::io::Result<(u16, Option<usize>, bool)> {
    let (mut status, mut length, mut is_closing) = (0, None, false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            return Ok((status, length, is_closing));
        }
        if status == 0 {
            status = line.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        } else if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok();
        } else if line == "connection: close" {
            is_closing = true;
        }
    }
}

/// Reads a body that comes in chunks.
fn chunks(stream: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16).map_err(std::io::Error::other)?;
        let at = body.len();
        body.resize(at + length, 0);
        stream.read_exact(&mut body[at..])?;
        stream.read_line(&mut line)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

fn read<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, Failed> {
    serde_json::from_slice(body).map_err(|error| {
        let said: String = String::from_utf8_lossy(body).chars().take(200).collect();
        Failed(format!("answer {status}: {error}: {said}"))
    })
}
