//! TLS of the HTTP interface: the certificate that it shows, and the hosts that the certificate is for.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::uri::Authority;
use nemcon_client::config::HttpTls;
use nemcon_ledger::text::Show as _;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use webpki::EndEntityCert;
use zeroize::Zeroizing;

/// The longest file with a certificate or a key, in bytes.
const TLS_FILE_BYTES_MAX: u64 = 256 << 10;
/// The permission bits by which the group writes, or others do anything.
const OPEN_TO_OTHERS: u32 = 0o027;

/// What the interface shows over TLS, as it was read last.
#[derive(Clone, Debug)]
pub(in crate::server) struct Shown {
    /// The configuration of TLS.
    pub(super) config: Arc<ServerConfig>,
    certificate: CertificateDer<'static>,
}

/// Why the files of `[http_tls]` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsFilesError {
    /// A file cannot be read.
    #[error("{}: {source}", .path.shown())]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file is longer than such a file can be.
    #[error("{}: longer than {TLS_FILE_BYTES_MAX} bytes", .0.shown())]
    TooLong(PathBuf),
    /// Others than the owner and the group can read the key, or others than the owner can write it.
    #[error("{}: others can read or write the key (mode {mode:04o})", .path.shown())]
    Exposed {
        /// The path of the file.
        path: PathBuf,
        /// The permission bits of the file.
        mode: u32,
    },
    /// The file holds no certificate, or no key.
    #[error("{}: it holds no {what} in PEM", .path.shown())]
    Nothing {
        /// The path of the file.
        path: PathBuf,
        /// What is missing: `certificate` or `key`.
        what: &'static str,
    },
    /// The certificate cannot be used, or the key is not the certificate's.
    #[error("{}: {error}", .path.shown())]
    Unfit {
        /// The path of the certificate.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
}

impl Shown {
    /// Reads the files that the configuration names.
    ///
    /// # Errors
    /// [`TlsFilesError`].
    pub(in crate::server) fn read(tls: &HttpTls) -> Result<Self, TlsFilesError> {
        let path = &tls.certificate;
        let unfit = |error: &dyn core::fmt::Display| TlsFilesError::Unfit {
            path: path.clone(),
            error: error.to_string(),
        };
        let nothing = |path: &Path, what| TlsFilesError::Nothing { path: path.to_owned(), what };
        let pem = read(path, 0)?;
        let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|_| nothing(path, "certificate"))?;
        let certificate = chain.first().cloned().ok_or_else(|| nothing(path, "certificate"))?;
        EndEntityCert::try_from(&certificate).map_err(|error| unfit(&error))?;
        let pem = read(&tls.key, OPEN_TO_OTHERS)?;
        let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| nothing(&tls.key, "key"))?;
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|it| unfit(&it))?;
        let config = builder.with_no_client_auth().with_single_cert(chain, key);
        let mut config = config.map_err(|error| unfit(&error))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), certificate })
    }

    /// Whether the certificate is for this host.
    pub(super) fn is_for(&self, host: &Authority) -> bool {
        let host = host.host().trim_start_matches('[').trim_end_matches(']');
        let (Ok(name), Ok(certificate)) =
            (ServerName::try_from(host), EndEntityCert::try_from(&self.certificate))
        else {
            return false;
        };
        certificate.verify_is_valid_for_subject_name(&name).is_ok()
    }
}

/// The bytes of a file, which must have none of these permission bits. A link is followed, since tools that renew
/// certificates lay them out with links.
fn read(path: &Path, forbidden: u32) -> Result<Zeroizing<Vec<u8>>, TlsFilesError> {
    let failed = |source| TlsFilesError::Io { path: path.to_owned(), source };
    let found = path.metadata().map_err(failed)?;
    if !found.is_file() {
        return Err(failed(io::Error::other("not a file")));
    }
    let mode = found.permissions().mode() & 0o7777;
    if mode & forbidden != 0 {
        return Err(TlsFilesError::Exposed { path: path.to_owned(), mode });
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let file = File::open(path).map_err(failed)?;
    file.take(TLS_FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > TLS_FILE_BYTES_MAX {
        return Err(TlsFilesError::TooLong(path.to_owned()));
    }
    Ok(bytes)
}
