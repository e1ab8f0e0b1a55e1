//! What a number can do.

use serde::{Deserialize, Serialize};

/// What the carrier has switched on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
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
