//! The node key as a TLS identity: raw public keys [RFC 7250], TLS 1.3 alone, no resumption.
//!
//! What it guarantees: a handshake ends only if the other end has proven an Ed25519 key that is admitted.

use std::io;
use std::sync::Arc;

use nemcon_crypto::{PublicKey, SecretKey, Signature};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error,
    PeerIncompatible, ServerConfig, SignatureAlgorithm, SignatureScheme,
};

use super::close_reason::{PeerVerdict, Refusal};
use super::peers::PeersWatch;

/// The `SubjectPublicKeyInfo` of Ed25519 up to the key's 32 bytes [RFC 8410 4].
const SPKI_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The node's own key, ready for handshakes.
#[derive(Debug)]
pub(super) struct Identity {
    provider: Arc<CryptoProvider>,
    certified: Arc<CertifiedKey>,
}

/// Whom a verifier admits.
#[derive(Debug)]
pub(super) enum Admits {
    /// Every key of the roster in force.
    Roster(PeersWatch),
    /// The key that was dialled.
    Only(PublicKey),
    /// Any key, by one who only asks which.
    Any,
    /// The key that was dialled, or one that nobody here knows.
    Unknown(PublicKey, PeersWatch),
}

#[derive(Debug)]
struct NodeKey(SecretKey);

#[derive(Debug)]
struct Verifier(Admits);

impl Identity {
    /// The identity of a node key.
    pub(super) fn new(key: SecretKey) -> Self {
        let shown = key.public();
        Self::showing(&shown, key)
    }

    /// Shows one key and signs with another; honest only where they belong together.
    fn showing(shown: &PublicKey, key: SecretKey) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let spki = CertificateDer::from(spki(shown));
        let certified = Arc::new(CertifiedKey::new(vec![spki], Arc::new(NodeKey(key))));
        Self { provider, certified }
    }

    /// An identity that claims a key it does not hold.
    #[cfg(test)]
    pub(super) fn impostor(claims: &PublicKey, holds: SecretKey) -> Self {
        Self::showing(claims, holds)
    }

    /// The configuration for accepting: asks for a raw key that `admits` admits.
    pub(super) fn server(&self, admits: Admits) -> Arc<ServerConfig> {
        let resolver = AlwaysResolvesServerRawPublicKeys::new(self.certified.clone());
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("ring speaks TLS 1.3")
            .with_client_cert_verifier(Arc::new(Verifier(admits)))
            .with_cert_resolver(Arc::new(resolver));
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Arc::new(config)
    }

    /// The configuration for dialling a node that must prove a key that `admits` admits.
    pub(super) fn client(&self, admits: Admits) -> Arc<ClientConfig> {
        let resolver = AlwaysResolvesClientRawPublicKeys::new(self.certified.clone());
        let mut config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("ring speaks TLS 1.3")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier(admits)))
            .with_client_cert_resolver(Arc::new(resolver));
        config.resumption = Resumption::disabled();
        config.enable_sni = false;
        Arc::new(config)
    }
}

/// The name that TLS wants of a server; it is neither sent nor compared.
pub(super) fn server_name() -> ServerName<'static> {
    ServerName::try_from("nemcon").expect("a valid DNS name")
}

/// The key that the other end proved in a finished handshake.
pub(super) fn proven_key(tls: &rustls::CommonState) -> Result<PublicKey, Refusal> {
    let shown = tls.peer_certificates().and_then(<[_]>::first).ok_or(Refusal::NoKey)?;
    parse_spki(shown).map_err(|_| Refusal::NoKey)
}

/// The refusal behind a failed handshake.
pub(super) fn refusal_of(error: &io::Error) -> Refusal {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        None => Refusal::Closed,
        Some(Error::AlertReceived(_)) => Refusal::ByPeer(PeerVerdict::Tls),
        Some(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)) => {
            Refusal::Stranger
        }
        Some(Error::InvalidCertificate(CertificateError::BadSignature)) => Refusal::BadSignature,
        Some(
            Error::InvalidCertificate(_)
            | Error::NoCertificatesPresented
            | Error::PeerIncompatible(
                PeerIncompatible::IncorrectCertificateTypeExtension
                | PeerIncompatible::UnsolicitedCertificateTypeExtension
                | PeerIncompatible::NoSignatureSchemesInCommon,
            ),
        ) => Refusal::NoKey,
        Some(_) => Refusal::Garbage,
    }
}

/// A raw public key as a peer shows it: its `SubjectPublicKeyInfo`, 44 bytes of DER [RFC 7250, 8410].
pub fn spki(key: &PublicKey) -> Vec<u8> {
    [SPKI_PREFIX.as_slice(), key.as_bytes()].concat()
}

/// The key that a peer shows.
///
/// # Errors
/// [`CertificateError::BadEncoding`] for anything but one Ed25519 key that may be admitted.
pub fn parse_spki(der: &[u8]) -> Result<PublicKey, Error> {
    let bad = || Error::InvalidCertificate(CertificateError::BadEncoding);
    let key = der.strip_prefix(&SPKI_PREFIX).ok_or_else(bad)?;
    let key = <[u8; 32]>::try_from(key).map_err(|_| bad())?;
    PublicKey::from_bytes(&key).map_err(|_| bad())
}

impl Verifier {
    fn admit(&self, shown: &CertificateDer<'_>, more: &[CertificateDer<'_>]) -> Result<(), Error> {
        let key = parse_spki(shown)?;
        let admitted = match &self.0 {
            Admits::Roster(peers) => peers.borrow().contains_key(&key),
            Admits::Any => true,
            Admits::Only(only) => key == *only,
            Admits::Unknown(only, peers) => key == *only || !peers.borrow().contains_key(&key),
        };
        if admitted && more.is_empty() {
            return Ok(());
        }
        Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }
}

/// The other end holds the secret key of the raw key that it showed [RFC 8446 4.4.3].
fn verify_proof(
    message: &[u8],
    shown: &CertificateDer<'_>,
    proof: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    let bad = || Error::InvalidCertificate(CertificateError::BadSignature);
    if proof.scheme != SignatureScheme::ED25519 {
        return Err(bad());
    }
    let signature = <[u8; 64]>::try_from(proof.signature()).map_err(|_| bad())?;
    let key = parse_spki(shown)?;
    key.verify(message, &Signature::from_bytes(signature)).map_err(|_| bad())?;
    Ok(HandshakeSignatureValid::assertion())
}

fn no_tls12() -> Error {
    Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        more: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.admit(shown, more).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _shown: &CertificateDer<'_>,
        _proof: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        proof: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_proof(message, shown, proof)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Verifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        shown: &CertificateDer<'_>,
        more: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.admit(shown, more).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _shown: &CertificateDer<'_>,
        _proof: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        proof: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_proof(message, shown, proof)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl SigningKey for NodeKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let shared = offered.contains(&SignatureScheme::ED25519);
        shared.then(|| Box::new(Self(self.0.clone())) as Box<dyn Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(spki(&self.0.public()).into())
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ED25519
    }
}

impl Signer for NodeKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.0.sign(message).as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}
