//! Bodies of the route.

use serde::Serialize;
use shared::api::Message;

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CancelMessageAnswer {
    /// The message, which is `canceled`.
    pub message: Message,
}
