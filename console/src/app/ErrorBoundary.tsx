import { Component, type ReactNode } from 'react';

import { ErrorState } from '@/ui/states';

interface Props {
  children: ReactNode;
  className?: string;
}

/** In place of what could not be shown: mostly a page whose code a new deployment has replaced, so reloading helps. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error == null) return this.props.children;
    return (
      <div className={this.props.className}>
        <ErrorState error={this.state.error} onRetry={() => window.location.reload()} />
      </div>
    );
  }
}
