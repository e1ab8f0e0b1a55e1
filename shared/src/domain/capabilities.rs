//! What a number can do.

use serde::{Deserialize, Serialize};

/// What the carrier has switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "four switches that the carrier turns one by one")]
pub struct Capabilities {
    /// Texts.
    pub sms: bool,
    /// Texts with pictures.
    pub mms: bool,
    /// Calls.
    pub voice: bool,
    /// Fax.
    pub fax: bool,
}
