//! The mesh's wire from the other end: TLS 1.3 with raw public keys, hello, verdict, frames.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use nemcon_crypto::{PublicKey, SecretKey};
use nemcon_node::mesh::{Hello, parse_spki, payload_bytes, spki};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::{default_provider, sign::any_eddsa_type};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::CertifiedKey;
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, ServerConfig, ServerConnection,
    SignatureScheme, StreamOwned,
};

/// An Ed25519 key as PKCS #8 up to its 32 bytes [RFC 8410 7].
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// How long one look at the socket takes when there is nothing to read.
const LOOK: Duration = Duration::from_millis(5);
/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// `length(4) || "nemcon" || version(2) || council(32) || instance(16)`.
const HELLO_BYTES: usize = 60;

/// A key, ready for handshakes.
pub(super) struct Identity(Arc<ServerConfig>);

/// A connection between the hostile peer and one node, with TLS done.
pub(super) struct Link {
    stream: StreamOwned<ServerConnection, TcpStream>,
    peer: PublicKey,
    read: Vec<u8>,
}

impl Identity {
    pub(super) fn new(key: &SecretKey) -> Self {
        let provider: Arc<CryptoProvider> = Arc::new(default_provider());
        let der = PrivatePkcs8KeyDer::from([PKCS8_PREFIX.as_slice(), key.seed()].concat());
        let signer = any_eddsa_type(&der).expect("an Ed25519 key");
        let shown = CertificateDer::from(spki(&key.public()));
        let certified = Arc::new(CertifiedKey::new(vec![shown], signer));
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("ring speaks TLS 1.3")
            .with_client_cert_verifier(Arc::new(Anybody))
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified)));
        Self(Arc::new(config))
    }
}

impl Link {
    /// Takes a connection through TLS and hello.
    pub(super) fn accept(identity: &Identity, hello: &Hello, tcp: TcpStream) -> io::Result<Self> {
        tcp.set_nonblocking(false)?;
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(HANDSHAKE))?;
        let connection =
            ServerConnection::new(Arc::clone(&identity.0)).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, tcp);
        let mut theirs = [0; HELLO_BYTES];
        stream.read_exact(&mut theirs)?;
        let length = u32::try_from(hello.encode().len()).map_err(io::Error::other)?;
        stream.write_all(&[length.to_be_bytes().as_slice(), &hello.encode()].concat())?;
        stream.write_all(&[0])?;
        stream.flush()?;
        let mut verdict = [0];
        stream.read_exact(&mut verdict)?;
        let shown = stream.conn.peer_certificates().and_then(<[_]>::first).cloned();
        let peer = shown.and_then(|shown| parse_spki(&shown).ok());
        let peer = peer.filter(|_| verdict == [0]).ok_or(ErrorKind::PermissionDenied)?;
        stream.sock.set_read_timeout(Some(LOOK))?;
        Ok(Self { stream, peer, read: Vec::new() })
    }

    /// The key of the other end.
    pub(super) const fn peer(&self) -> PublicKey {
        self.peer
    }

    /// Writes one frame: its length, then its bytes.
    pub(super) fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
        self.stream.write_all(&length.to_be_bytes())?;
        self.stream.write_all(frame)?;
        self.stream.flush()
    }

    /// The frames that have come.
    pub(super) fn read(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let mut chunk = [0; 16 << 10];
        match self.stream.read(&mut chunk) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => self.read.extend_from_slice(&chunk[..read]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        let mut frames = Vec::new();
        while let Some((header, rest)) = self.read.split_first_chunk() {
            let bytes = payload_bytes(*header).map_err(|_| ErrorKind::InvalidData)?;
            let Some(frame) = rest.get(..bytes) else { break };
            frames.push(frame.to_vec());
            self.read.drain(..4 + bytes);
        }
        Ok(frames)
    }
}

/// Lets in whoever comes.
#[derive(Debug)]
struct Anybody;

impl ClientCertVerifier for Anybody {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _shown: &CertificateDer<'_>,
        _more: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _shown: &CertificateDer<'_>,
        _proof: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.3 alone".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _shown: &CertificateDer<'_>,
        _proof: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
