//! PKCS#11 modules: where they lie, and how one is loaded.

use std::path::{Path, PathBuf};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};

use super::error::TokenError;
use super::uri::TokenUri;

/// The environment variable that names a module, where neither the URI nor an option nor the profile does.
pub const MODULE_VARIABLE: &str = "NEMCON_PKCS11_MODULE";
/// The folders in which distributions keep libraries.
const FOLDERS: [&str; 4] =
    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
/// The modules that are looked for: p11-kit's speaks for all that the machine has registered.
const FILES: [&str; 5] = [
    "p11-kit-proxy.so",
    "opensc-pkcs11.so",
    "pkcs11/opensc-pkcs11.so",
    "softhsm/libsofthsm2.so",
    "pkcs11/libsofthsm2.so",
];

/// A module that is loaded and initialised. It stays so until the process ends.
#[derive(Clone, Debug)]
pub(super) struct Module {
    pub(super) path: PathBuf,
    pub(super) context: Pkcs11,
}

/// The modules that may have the token: the one that the URI names, or those that lie in known places.
///
/// # Errors
/// [`TokenError::NoModule`].
pub(super) fn candidates(uri: &TokenUri) -> Result<Vec<PathBuf>, TokenError> {
    if let Some(module) = &uri.module {
        return Ok(vec![module.clone()]);
    }
    let tried =
        FILES.iter().flat_map(|file| FOLDERS.iter().map(move |in_| Path::new(in_).join(file)));
    let (there, absent): (Vec<_>, Vec<_>) = tried.partition(|path| path.is_file());
    if there.is_empty() {
        return Err(TokenError::NoModule { uri: Box::new(uri.clone()), tried: absent });
    }
    Ok(there)
}

impl Module {
    /// Loads a module. A relative path is taken from the present folder: the loader searches nowhere.
    ///
    /// # Errors
    /// [`TokenError::Module`].
    pub(super) fn load(path: &Path) -> Result<Self, TokenError> {
        let failed = |why: String| TokenError::Module { module: path.to_owned(), why };
        let path = std::path::absolute(path).map_err(|error| failed(error.to_string()))?;
        if !path.is_file() {
            return Err(failed("there is no such file".to_owned()));
        }
        let context = Pkcs11::new(&path).map_err(|error| match error {
            Error::LibraryLoading(error) => failed(error.to_string()),
            Error::MissingSymbol(symbol) => failed(format!("it has no function {symbol}")),
            error => failed(error.to_string()),
        })?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Two keys may be reached through one module.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(Error::Pkcs11(said, _)) => {
                return Err(failed(format!("C_Initialize has failed: {said:?}")));
            }
            Err(error) => return Err(failed(error.to_string())),
        }
        // A library that is unloaded while threads of its own run takes the process down.
        core::mem::forget(context.clone());
        Ok(Self { path, context })
    }
}
