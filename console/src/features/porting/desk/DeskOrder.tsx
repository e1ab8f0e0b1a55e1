import { ArrowLeft, Download } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';

import { explain } from '@/api/problem';
import type { OperatorPortOrder, PortOrder } from '@/api/types';
import { CopyList } from '@/features/platform/CopyList';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Notice } from '@/ui/notice';
import { Page } from '@/ui/page';
import { ErrorState, Skeleton } from '@/ui/states';

import { formatCalendarDay } from '../dates';
import { DocumentName } from '../DocumentName';
import { History } from '../History';
import { OrderFacts } from '../OrderFacts';
import { describePortState } from '../port-state';
import { AnswerDialog, ANSWERS, type Answer } from './AnswerDialog';
import { useDeskOrder, useExportOrder } from './queries';

/** One order: what to enter, what to attach, and what the carrier has answered. */
export function DeskOrder({ id }: { id: string }) {
  const order = useDeskOrder(id);
  return (
    <Page
      title={order.data?.workspace.name ?? 'Port order'}
      description="A number that is to move from another carrier."
      className="max-w-3xl"
      actions={
        <Button asChild variant="ghost">
          <Link to="/admin/porting">
            <ArrowLeft aria-hidden /> All orders
          </Link>
        </Button>
      }
    >
      {order.isPending && (
        <div role="status" aria-label="Loading the order">
          <Skeleton className="h-72" />
        </div>
      )}
      {order.isError && !order.data && <ErrorState error={order.error} onRetry={() => void order.refetch()} />}
      {order.data && <Present answer={order.data} />}
    </Page>
  );
}

function Present({ answer: { portOrder, dashboard } }: { answer: OperatorPortOrder }) {
  return (
    <>
      <Answers order={portOrder} />
      <Card title="To enter in the dashboard" description="SignalWire → Phone Numbers → Port Requests, in the order of its form.">
        <CopyList label="To enter in the dashboard" entries={dashboard} />
      </Card>
      <Package order={portOrder} />
      <Card title="The order">
        <OrderFacts order={portOrder} />
      </Card>
      <History history={portOrder.history} operatorName="the operator" />
    </>
  );
}

/** Everything that goes along with the request. */
function Package({ order }: { order: PortOrder }) {
  const download = useExportOrder(order.id);
  return (
    <Card
      title="To attach"
      description="Everything as one file: the order as a page and as a table, and its documents."
      actions={
        <Button variant="outline" size="sm" isBusy={download.isPending} onClick={() => download.mutate()}>
          <Download aria-hidden /> Download all
        </Button>
      }
    >
      {download.isError && <Notice tone="danger">{explain(download.error)}</Notice>}
      <ul className="flex flex-col gap-2 text-sm">
        {order.documents.map((document) => (
          <li key={document.id} className="flex min-w-0 gap-2">
            <span className="shrink-0 text-muted">{document.kind === 'loa' ? 'Letter of authorization' : 'Invoice'}:</span>
            <DocumentName document={document} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The present state, and what may be recorded. */
function Answers({ order }: { order: PortOrder }) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const { label, tone } = describePortState(order.state);
  const possible = ANSWERS.filter(({ from }) => from.includes(order.state));
  return (
    <Card title="Answer of the carrier" actions={<Badge tone={tone}>{label}</Badge>}>
      {order.focDate && <p className="text-sm">The move is on {formatCalendarDay(order.focDate)}.</p>}
      {order.rejectionReason && order.state === 'rejected' && (
        <p className="text-sm break-words whitespace-pre-line">Refused: {order.rejectionReason}</p>
      )}
      {order.cancelReason && <p className="text-sm break-words">Cancelled: {order.cancelReason}</p>}
      {possible.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {possible.map((one) => (
            <Button key={one.answer} variant="outline" size="sm" onClick={() => setAnswer(one)}>
              {order.state === 'scheduled' && one.answer === 'scheduled' ? 'Another date' : one.label}
            </Button>
          ))}
        </div>
      )}
      {answer && <AnswerDialog order={order} answer={answer} onClose={() => setAnswer(null)} />}
    </Card>
  );
}
