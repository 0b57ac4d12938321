//! `nemcon key list`: which keys tokens hold.

use nemcon_client::failure::Failure;
use nemcon_client::pkcs11::{TokenUri, list};
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::key_place::TokenUriParser;

/// Which tokens are asked.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct ListArgs {
    /// The tokens and keys that are meant: all that the module has, or those of this URI.
    #[arg(
        long, value_name = "URI", num_args = 0..=1, default_missing_value = "pkcs11:", required = true,
        value_parser = TokenUriParser
    )]
    pkcs11: TokenUri,
}

/// Runs `nemcon key list`.
///
/// # Errors
/// [`Failure`] if no token is there.
pub(super) fn run(args: &ListArgs, context: Context<'_>) -> Result<(), Failure> {
    let mut uri = args.pkcs11.clone();
    uri.or_module(context.global.pkcs11_module.as_deref());
    let keys = list(&uri)?;
    let value = |(uri, public): &(TokenUri, _)| json!({ "uri": uri.to_string(), "public": public });
    let values: Vec<_> = keys.iter().map(value).collect();
    let line = |(uri, public): &(TokenUri, Option<_>)| match public {
        Some(public) => format!("{public}  {uri}"),
        None => format!("NOT ADMITTED: no Ed25519 key  {uri}"),
    };
    let lines: Vec<_> = keys.iter().map(line).collect();
    let words = if lines.is_empty() {
        "no Ed25519 key is shown without a PIN\nnext: nemcon key new --pkcs11 URI --role ROLE"
            .to_owned()
    } else {
        lines.join("\n")
    };
    context.screen.result(&json!({ "keys": values }), words)
}
