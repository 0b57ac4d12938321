//! TLS of the HTTP clients: the authorities that are trusted, and one provider of cryptography.

use std::path::Path;
use std::sync::Arc;

use nemcon_kit::files;
use nemcon_ledger::text::Show as _;
use rustls::crypto::ring;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::failure::Failure;

/// The longest file of authorities, in bytes.
const AUTHORITIES_BYTES_MAX: u64 = 1 << 20;

/// The configuration of a client that trusts the authorities of this machine. Without it a client cannot speak
/// `https`.
pub(crate) fn tls() -> TlsConfig {
    tls_by(None)
}

/// The configuration of a client that trusts these authorities alone, or those of this machine.
pub(crate) fn tls_by(authorities: Option<&Authorities>) -> TlsConfig {
    let roots = authorities.map_or(RootCerts::PlatformVerifier, |authorities| {
        RootCerts::Specific(Arc::clone(&authorities.0))
    });
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build()
}

/// The authorities of a file, which a client trusts in place of those of this machine.
#[derive(Clone, Debug)]
pub struct Authorities(Arc<Vec<Certificate<'static>>>);

impl Authorities {
    /// Reads the certificates of a file in PEM.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be read, or holds no certificate.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.shown();
        let bytes = files::read(path, AUTHORITIES_BYTES_MAX).map_err(|error| {
            Failure::usage(format_args!("{shown}: {error}"))
                .next("check the path behind `--ca`, and who may read it")
        })?;
        let found = parse_pem(&bytes).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        });
        let found: Vec<_> = found.collect();
        if found.is_empty() {
            return Err(Failure::usage(format_args!("{shown}: it holds no certificate in PEM"))
                .next("give the certificate of the authority that the node's own was made by"));
        }
        Ok(Self(Arc::new(found)))
    }
}
