//! TLS of the HTTP clients: the authorities that this machine trusts, and one provider of cryptography.

use std::sync::Arc;

use rustls::crypto::ring;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// The configuration of every client. Without it a client cannot speak `https`.
pub(crate) fn tls() -> TlsConfig {
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build()
}
