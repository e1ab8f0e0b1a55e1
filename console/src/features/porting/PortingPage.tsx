import { Route, Routes, useParams } from 'react-router';

import { OrderList } from './OrderList';
import { NewOrder, OrderPage } from './OrderPage';

/** Bringing numbers from another carrier: all orders, and one of them. */
export default function PortingPage() {
  return (
    <Routes>
      <Route index element={<OrderList />} />
      <Route path="new" element={<NewOrder />} />
      <Route path=":order" element={<Chosen />} />
    </Routes>
  );
}

function Chosen() {
  const { order = '' } = useParams();
  return <OrderPage key={order} id={order} />;
}
