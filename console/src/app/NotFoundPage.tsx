import { Compass } from 'lucide-react';
import { Link } from 'react-router';

import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/states';

export function NotFoundPage() {
  return (
    <EmptyState
      icon={Compass}
      title="There is no such page"
      action={
        <Button asChild variant="outline">
          <Link to="/conversations">To the conversations</Link>
        </Button>
      }
    >
      The address may be old, or mistyped.
    </EmptyState>
  );
}
