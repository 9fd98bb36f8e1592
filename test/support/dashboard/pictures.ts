import type { Camera } from './camera';
import type { Shop } from './shop';

export async function takePictures(shop: Shop, camera: Camera): Promise<void> {
  const page = await camera.open();
  await page.goto(shop.url);
  await camera.take(page, 'overview', true);
}
