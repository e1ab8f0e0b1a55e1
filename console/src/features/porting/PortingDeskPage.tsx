import { Route, Routes, useParams } from 'react-router';

import { DeskOrder } from './desk/DeskOrder';
import { DeskQueue } from './desk/DeskQueue';

/** Port orders of all workspaces, for those who enter them in the carrier's dashboard. */
export default function PortingDeskPage() {
  return (
    <Routes>
      <Route index element={<DeskQueue />} />
      <Route path=":order" element={<Chosen />} />
    </Routes>
  );
}

function Chosen() {
  const { order = '' } = useParams();
  return <DeskOrder key={order} id={order} />;
}
